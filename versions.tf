terraform {
  # 1.9: a variable's validation may refer to other values.
  required_version = ">= 1.9"

  required_providers {
    coder = {
      source  = "coder/coder"
      version = ">= 2.13"
    }
  }
}

/** Where Amp's installer loads the executable from: host and path. */
export const AMP_FILE = 'static.ampcode.com/cli/amp-linux';

/** Same shape as the official installer: downloads one executable and links it into a directory on PATH. */
export const INSTALLER = `#!/usr/bin/env bash
set -euo pipefail
mkdir -p "$HOME/.amp/bin" "$HOME/.local/bin"
curl -fsSL "https://${AMP_FILE}" -o "$HOME/.amp/bin/amp.new"
chmod +x "$HOME/.amp/bin/amp.new"
mv "$HOME/.amp/bin/amp.new" "$HOME/.amp/bin/amp"
ln -sf "$HOME/.amp/bin/amp" "$HOME/.local/bin/amp"
`;

/** Every host that a start with default inputs downloads from. */
export const DOWNLOAD_HOSTS = ['github.com', 'ampcode.com', 'static.ampcode.com'] as const;

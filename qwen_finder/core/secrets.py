"""The names of files and folders that hold secrets, which nobody wants to find by meaning.

The default of a setting and of the ignore rules, so that users can see the list and change it.
"""

from __future__ import annotations

SECRETS: tuple[str, ...] = (
    # Keys, certificates and password stores
    ".ssh/", ".gnupg/", ".aws/", ".azure/", ".kube/", ".docker/", ".password-store/", "*.pem", "*.key",
    "*.p12", "*.pfx", "*.jks", "*.keystore", "*.ppk", "*.asc.key", "id_rsa*", "id_dsa*", "id_ecdsa*",
    "id_ed25519*", "!*.pub", ".env", ".env.*", "*.env", ".netrc", "_netrc", ".pgpass", ".htpasswd",
    ".git-credentials", ".npmrc", ".pypirc", "*.kdb", "*.kdbx", "*.agilekeychain/", "*.opvault/",
    "*.keychain", "*.keychain-db",
    # Wallets
    "wallet.dat", "*.wallet", ".electrum/", ".bitcoin/", "**/Ethereum/keystore/",
    # Browser and mail profiles: history, cookies and saved passwords
    ".mozilla/", ".thunderbird/", "**/Mozilla/Firefox/", "**/Firefox/Profiles/", "google-chrome/",
    "chromium/", "**/Google/Chrome/", "BraveSoftware/", "**/Microsoft/Edge/", "microsoft-edge/", "vivaldi/",
    "Vivaldi/",
)  # fmt: skip
"""In gitignore syntax."""

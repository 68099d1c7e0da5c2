//! Accounts in the operating system's keyring.

//! The profiles that ship: assistant, analyst and admin.

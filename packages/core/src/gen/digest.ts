// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "af10ba4d4d8df6a4fcf5a9dabd9fe735b5e3fb46acf25db6d895bc9e959c3742";

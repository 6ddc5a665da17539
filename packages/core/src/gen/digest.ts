// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "e4f9fca46eda68871c5943d9ebbe4c798980930bca9cf1220e78d0adb77ddcb7";

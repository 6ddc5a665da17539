// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "f08d78bc1cf181a8e944996c9f0f371e569f43cd78263e6b6f19bc8951098e31";

// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "9d0a388bf6ff9c243f82c92270d4636cb9812a5d5f3c65bd8b781f20a47e70e4";

// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "874ef1967210e55b0e9f8686b5d2be37550e2891e1f6c8b3a8c1f8647a4a4e0f";

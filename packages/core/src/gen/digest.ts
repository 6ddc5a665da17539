// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "14081ac1e337d9711389c60131fd02a7f3394f8595dfd662f36b3abb21f9133b";

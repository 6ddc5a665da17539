// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "b7326b16acefee24f21cb6bffe0f7894b7fffff66b85cfa4685800558c8b1c7f";

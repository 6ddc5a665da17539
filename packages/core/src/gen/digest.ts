// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "4306718dbe843c9a7630868777b2f9d56c81cf26e6600982436767acc1648e97";

// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "91efb16adf173b0a5a431b596cb3860f8470119c600efbe50b748883fb53d902";

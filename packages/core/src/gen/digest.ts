// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "4a26c1be09d2c07152f06fc466a3d00e78b442a9aa03a6baf8cd8dcafac30a1b";

// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "ecb27df9d7d4fb5916b9f0e71e4e6d094ec326e70f5930ba8ccf71675f584561";

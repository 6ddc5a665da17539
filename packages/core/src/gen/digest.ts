// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "0fb3f517bd0efdfa8ef09eef4ccd1a5848e02812ffc2f8a979351a012106538c";

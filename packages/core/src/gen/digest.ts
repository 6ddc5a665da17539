// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "ece0045a65280fd4a2a888ea188de550261b36cccff8a4d2da2e7e1676238430";

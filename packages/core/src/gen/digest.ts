// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "2d1c3c1753277947b2be3c9b3e24b87f7c3ed3adf8e35a59ee142a1f34820daf";

// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "dc853325fa05fabf34477a66df0c3d6e614bf794e83da3034fd077bc18864cb0";

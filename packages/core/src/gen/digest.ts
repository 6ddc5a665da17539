// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "fb5b901cd05bf69c94eb9ca364aa2afc86bac4c2976864abfa44551f92be3fb1";

// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "ff2f661265e3de2909e1f754318318377d482a46408996af4fabff6c241ebb04";

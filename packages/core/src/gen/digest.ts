// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "c861b5054439ca64c156322af4b67a840aea6080b76055880ea26d3154222cb9";

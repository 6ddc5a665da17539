// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "d1d028cab27f986e4d6c842cf3717f8cad9c1bf27005b8d76a684151e4b6278f";

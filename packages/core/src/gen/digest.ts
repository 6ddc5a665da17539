// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "ef0586122ef242a5d28f4327d3cfb3757b2d23d076ca238c7826c27190e8d984";

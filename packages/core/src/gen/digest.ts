// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "c199990856d12bdaf0f00592d0bda6d74248de5130b102c7b09eacbb9acfcc7f";

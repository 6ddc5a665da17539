// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "751fa65b6bdde39479cc651ee411d72742e408a7b768fef8300bc73e46287c35";

// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "7a78351fd60e0f5dc6c1ca45ae890a00d552fcfc39dd18fe5c4a50ec579c09ee";

/** LangChain prints an error for each handler that raises, and raising is what ours is for: leave those lines out. */
export function quietConsole(): () => void {
  const original = console.error;
  console.error = (...args: unknown[]) => {
    if (!String(args[0]).startsWith("Error in handler HoldpointCallbackHandler")) original(...args);
  };
  return () => {
    console.error = original;
  };
}

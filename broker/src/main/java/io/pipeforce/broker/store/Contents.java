package io.pipeforce.broker.store;

/**
 * Gets what a folder held when it was opened: all definitions first, in the order of their keys.
 */
public interface Contents {
  void definition(String key, byte[] value);

  /**
   * @param returns how often it had been delivered without having been settled
   */
  void message(long key, byte[] value, int returns);
}

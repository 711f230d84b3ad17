package io.pipeforce.broker.model;

import java.util.function.Consumer;

final class TopicRouter implements Router {
  private final TopicTrie trie = new TopicTrie();

  @Override
  public void add(Binding binding) {
    trie.add(binding.routingKey(), binding);
  }

  @Override
  public void remove(Binding binding) {
    trie.remove(binding.routingKey(), binding);
  }

  @Override
  public void route(Message message, Consumer<Destination> found) {
    for (String key : message.routingKeys()) {
      trie.match(key, binding -> found.accept(binding.destination()));
    }
  }
}

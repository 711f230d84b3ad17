package io.pipeforce.broker.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bindings whose pattern matches a key: words separated by dots, {@code *} is exactly one
 * word, {@code #} is zero or more.
 *
 * <p>One thread changes it at a time, any number match meanwhile. The empty key has no words. A
 * match walks all alternatives side by side, word by word, so that no pattern, however many {@code
 * #} it has, costs more than the number of its words times that of the key's.
 */
final class TopicTrie {
  private static final String ONE = "*";
  private static final String MANY = "#";

  private final Node root = new Node(false);

  private static final class Node {
    final boolean repeats;
    final Map<String, Node> children = new ConcurrentHashMap<>(2);
    final BindingList bindings = new BindingList();

    Node(boolean repeats) {
      this.repeats = repeats;
    }

    @Nullable Node child(String word) {
      return children.get(word);
    }

    boolean isUnused() {
      return children.isEmpty() && bindings.isEmpty();
    }
  }

  void add(String pattern, Binding binding) {
    Node node = root;
    for (String word : words(pattern)) {
      node = node.children.computeIfAbsent(word, _ -> new Node(word.equals(MANY)));
    }
    node.bindings.add(binding);
  }

  void remove(String pattern, Binding binding) {
    remove(root, words(pattern), 0, binding);
  }

  private static void remove(Node node, List<String> words, int depth, Binding binding) {
    if (depth == words.size()) {
      node.bindings.remove(binding);
      return;
    }
    Node child = node.child(words.get(depth));
    if (child != null) {
      remove(child, words, depth + 1, binding);
      if (child.isUnused()) {
        node.children.remove(words.get(depth));
      }
    }
  }

  void match(String key, Consumer<Binding> found) {
    Front here = new Front();
    here.enter(root);
    for (String word : words(key)) {
      Front next = new Front();
      for (Node node : here.nodes) {
        if (node.repeats) {
          next.enter(node);
        }
        next.enter(node.child(word));
        // A word of the key that looks like a wildcard is an ordinary word there.
        if (!word.equals(ONE)) {
          next.enter(node.child(ONE));
        }
      }
      here = next;
    }
    here.nodes.forEach(node -> node.bindings.forEach(found));
  }

  /** The nodes that a match has come to, each once. */
  private static final class Front {
    private static final int FEW = 16;

    final List<Node> nodes = new ArrayList<>();
    private @Nullable Set<Node> seen;

    /** Goes to a node, and without using up a word to the {@code #} behind it. */
    void enter(@Nullable Node node) {
      if (node != null && (!node.repeats || isNew(node))) {
        nodes.add(node);
        enter(node.child(MANY));
      }
    }

    /** Only what repeats can be come to in two ways. */
    private boolean isNew(Node node) {
      if (seen == null && nodes.size() >= FEW) {
        seen = new HashSet<>(nodes);
      }
      return seen == null ? !nodes.contains(node) : seen.add(node);
    }
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    if (text.isEmpty()) {
      return words;
    }
    int from = 0;
    for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', from)) {
      words.add(text.substring(from, dot));
      from = dot + 1;
    }
    words.add(text.substring(from));
    return words;
  }
}

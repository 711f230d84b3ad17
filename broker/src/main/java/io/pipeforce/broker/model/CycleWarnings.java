package io.pipeforce.broker.model;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of messages that were dropped since they went round, once for each circle. Thread-safe. */
final class CycleWarnings {
  private static final Logger LOG = LoggerFactory.getLogger(CycleWarnings.class);

  /** More circles than this are a program's work, and nobody reads so many lines. */
  private static final int MOST = 1000;

  private final Set<Circle> reported = ConcurrentHashMap.newKeySet();

  private record Circle(String source, String target, DeathReason reason) {}

  void report(Queue source, Queue target, DeathReason reason) {
    if (reported.size() < MOST && reported.add(new Circle(source.name(), target.name(), reason))) {
      LOG.warn(
          "Dropped a message ({} in {}): it had been in {} before and nobody rejected it on the way. This circle will not be reported again",
          reason.text(),
          source.described(),
          target.described());
    }
  }
}

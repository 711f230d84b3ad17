package io.pipeforce.bench;

import java.nio.file.Path;

/**
 * Where measurements take place.
 *
 * @param broker the broker of all peers
 * @param peers the folder {@code bench/peers}
 * @param scratch for AOT caches and recorded latencies
 */
record Setting(Broker broker, Path peers, Path scratch) {}

package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.ImageLabels;
import java.util.Optional;

/**
 * An image as a pod runs it.
 *
 * @param reference by which a node pulls it
 * @param digest which one exactly; empty when only the nodes know
 * @param labels what it says about itself
 * @param user number of the user that its process is
 */
record PodImage(String reference, Optional<String> digest, ImageLabels labels, long user) {
  /** The user of images that say none, or root, which no pod of ours is. */
  static final long USUAL_USER = 10_001;
}

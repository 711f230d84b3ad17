/**
 * Runs services and jobs on a Kubernetes cluster; all that is known of them is in the cluster's own
 * objects, so any number of hubs can ask and act.
 */
@NullMarked
package io.pipeforce.kubernetes;

import org.jspecify.annotations.NullMarked;

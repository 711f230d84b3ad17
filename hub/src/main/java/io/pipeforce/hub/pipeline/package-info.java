/**
 * Reads, checks and runs pipelines: lists of commands whose output becomes the body of the next.
 *
 * <p>The way of a pipeline reads from top to bottom: {@link io.pipeforce.hub.pipeline.YamlReader}
 * makes a tree of the text, {@link io.pipeforce.hub.pipeline.Checker} a {@link
 * io.pipeforce.hub.pipeline.Pipeline} of the tree or a list of all its mistakes, {@link
 * io.pipeforce.hub.pipeline.Runner} runs that step by step. Nothing runs before all of it has been
 * checked.
 */
@NullMarked
package io.pipeforce.hub.pipeline;

import org.jspecify.annotations.NullMarked;

/**
 * Images without Docker: names them, builds them, keeps them in a folder of the user, gets them
 * from and sends them to registries, and unpacks them. Uses nothing else of ours.
 */
@NullMarked
package io.pipeforce.image;

import org.jspecify.annotations.NullMarked;

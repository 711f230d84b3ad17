package io.pipeforce.image;

import java.time.Instant;

/**
 * An image that is in the store.
 *
 * @param name by which it was built or pulled
 * @param digest {@code sha256:…} of its manifest: the same digest is the same image
 * @param created when it says it was made; for a reproducible one, which does not, when it came
 * @param size of its layers as they are kept and transferred, in bytes
 * @param config how to run it
 */
public record StoredImage(
    ImageName name, String digest, Instant created, long size, ImageConfig config) {}

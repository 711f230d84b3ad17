package io.pipeforce.broker.wire;

/**
 * A frame as it came, with its method already read. On channel 0 there are only methods and
 * heartbeats, and heartbeats are only there.
 */
// Octets of frames are neither compared nor changed.
@SuppressWarnings("ArrayRecordComponent")
public sealed interface Frame {
  int METHOD = 1;
  int HEADER = 2;
  int BODY = 3;
  int HEARTBEAT = 8;
  int END = 0xCE;

  /** Type, channel, size and end marker. */
  int OVERHEAD = 8;

  int channel();

  record MethodFrame(int channel, Method method) implements Frame {}

  record HeaderFrame(int channel, int classId, int weight, long bodySize, byte[] properties)
      implements Frame {}

  record BodyFrame(int channel, byte[] payload) implements Frame {}

  record HeartbeatFrame() implements Frame {
    @Override
    public int channel() {
      return 0;
    }
  }
}

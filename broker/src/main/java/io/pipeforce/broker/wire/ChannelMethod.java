package io.pipeforce.broker.wire;

/** Class channel: its life and its flow. */
public sealed interface ChannelMethod extends Method {
  int CLASS_ID = 20;

  @Override
  default int classId() {
    return CLASS_ID;
  }

  static Method read(int methodId, WireReader in) {
    return switch (methodId) {
      case 10 -> Open.read(in);
      case 11 -> OpenOk.read(in);
      case 20 -> Flow.read(in);
      case 21 -> FlowOk.read(in);
      case 40 -> Close.read(in);
      case 41 -> new CloseOk();
      default -> throw new UnknownMethodException(CLASS_ID, methodId);
    };
  }

  record Open() implements ChannelMethod {
    static Open read(WireReader in) {
      in.checkedString();
      return new Open();
    }

    @Override
    public int methodId() {
      return 10;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString("");
    }
  }

  record OpenOk() implements ChannelMethod {
    static OpenOk read(WireReader in) {
      in.longString();
      return new OpenOk();
    }

    @Override
    public int methodId() {
      return 11;
    }

    @Override
    public void write(WireWriter out) {
      out.longString(new byte[0]);
    }
  }

  record Flow(boolean active) implements ChannelMethod {
    static Flow read(WireReader in) {
      int bits = in.octet();
      return new Flow((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 20;
    }

    @Override
    public void write(WireWriter out) {
      out.bits(active);
    }
  }

  record FlowOk(boolean active) implements ChannelMethod {
    static FlowOk read(WireReader in) {
      int bits = in.octet();
      return new FlowOk((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 21;
    }

    @Override
    public void write(WireWriter out) {
      out.bits(active);
    }
  }

  record Close(int replyCode, String replyText, int failedClass, int failedMethod)
      implements ChannelMethod {
    static Close read(WireReader in) {
      int replyCode = in.shortInt();
      String replyText = in.checkedString();
      int failedClass = in.shortInt();
      int failedMethod = in.shortInt();
      return new Close(replyCode, replyText, failedClass, failedMethod);
    }

    @Override
    public int methodId() {
      return 40;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(replyCode);
      out.shortString(replyText);
      out.shortInt(failedClass);
      out.shortInt(failedMethod);
    }
  }

  record CloseOk() implements ChannelMethod {
    @Override
    public int methodId() {
      return 41;
    }

    @Override
    public void write(WireWriter out) {}
  }
}

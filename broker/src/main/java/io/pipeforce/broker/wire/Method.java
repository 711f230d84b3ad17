package io.pipeforce.broker.wire;

/**
 * A method of AMQP 0-9-1 with its arguments.
 *
 * <p>Each one is a record that reads and writes itself, in the order of the specification's XML;
 * arguments that the specification reserves are neither kept nor checked.
 */
public sealed interface Method
    permits ConnectionMethod,
        ChannelMethod,
        AccessMethod,
        ExchangeMethod,
        QueueMethod,
        BasicMethod,
        ConfirmMethod,
        TxMethod {
  int classId();

  int methodId();

  /** Writes the arguments, without class and method id. */
  void write(WireWriter out);

  /** Whether a content header and a body follow. */
  default boolean hasContent() {
    return false;
  }

  /** Reads class id, method id and arguments; octets left over are an error. */
  static Method read(WireReader in) {
    int classId = in.shortInt();
    int methodId = in.shortInt();
    Method method =
        switch (classId) {
          case ConnectionMethod.CLASS_ID -> ConnectionMethod.read(methodId, in);
          case ChannelMethod.CLASS_ID -> ChannelMethod.read(methodId, in);
          case AccessMethod.CLASS_ID -> AccessMethod.read(methodId, in);
          case ExchangeMethod.CLASS_ID -> ExchangeMethod.read(methodId, in);
          case QueueMethod.CLASS_ID -> QueueMethod.read(methodId, in);
          case BasicMethod.CLASS_ID -> BasicMethod.read(methodId, in);
          case ConfirmMethod.CLASS_ID -> ConfirmMethod.read(methodId, in);
          case TxMethod.CLASS_ID -> TxMethod.read(methodId, in);
          default -> throw new UnknownMethodException(classId, methodId);
        };
    if (in.remaining() > 0) {
      throw new MalformedFrameException(in.remaining() + " octets behind the last argument");
    }
    if (in.hadMalformedText()) {
      throw new AmqpException(ReplyCode.FRAME_ERROR, "Malformed UTF-8 in shortstr");
    }
    return method;
  }
}

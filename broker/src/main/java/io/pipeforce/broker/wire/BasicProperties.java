package io.pipeforce.broker.wire;

import org.jspecify.annotations.Nullable;

/** The properties of class basic; what was not sent is null. */
public record BasicProperties(
    @Nullable String contentType,
    @Nullable String contentEncoding,
    @Nullable FieldTable headers,
    @Nullable Integer deliveryMode,
    @Nullable Integer priority,
    @Nullable String correlationId,
    @Nullable String replyTo,
    @Nullable String expiration,
    @Nullable String messageId,
    @Nullable Long timestamp,
    @Nullable String type,
    @Nullable String userId,
    @Nullable String appId,
    @Nullable String clusterId) {

  public static final BasicProperties NONE =
      new BasicProperties(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null);

  private static final int CONTENT_TYPE = 1 << 15;
  private static final int CONTENT_ENCODING = 1 << 14;
  private static final int HEADERS = 1 << 13;
  private static final int DELIVERY_MODE = 1 << 12;
  private static final int PRIORITY = 1 << 11;
  private static final int CORRELATION_ID = 1 << 10;
  private static final int REPLY_TO = 1 << 9;
  private static final int EXPIRATION = 1 << 8;
  private static final int MESSAGE_ID = 1 << 7;
  private static final int TIMESTAMP = 1 << 6;
  private static final int TYPE = 1 << 5;
  private static final int USER_ID = 1 << 4;
  private static final int APP_ID = 1 << 3;
  private static final int CLUSTER_ID = 1 << 2;
  private static final int MORE_FLAGS = 1;

  public static BasicProperties decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    int flags = in.shortInt();
    if ((flags & MORE_FLAGS) != 0) {
      throw new MalformedFrameException("properties of class basic have 14 flags, no more");
    }
    BasicProperties properties =
        new BasicProperties(
            (flags & CONTENT_TYPE) != 0 ? in.shortString() : null,
            (flags & CONTENT_ENCODING) != 0 ? in.shortString() : null,
            (flags & HEADERS) != 0 ? FieldCodec.readTable(in) : null,
            (flags & DELIVERY_MODE) != 0 ? Integer.valueOf(in.octet()) : null,
            (flags & PRIORITY) != 0 ? Integer.valueOf(in.octet()) : null,
            (flags & CORRELATION_ID) != 0 ? in.shortString() : null,
            (flags & REPLY_TO) != 0 ? in.shortString() : null,
            (flags & EXPIRATION) != 0 ? in.shortString() : null,
            (flags & MESSAGE_ID) != 0 ? in.shortString() : null,
            (flags & TIMESTAMP) != 0 ? Long.valueOf(in.longLong()) : null,
            (flags & TYPE) != 0 ? in.shortString() : null,
            (flags & USER_ID) != 0 ? in.shortString() : null,
            (flags & APP_ID) != 0 ? in.shortString() : null,
            (flags & CLUSTER_ID) != 0 ? in.shortString() : null);
    if (in.remaining() > 0) {
      throw new MalformedFrameException(in.remaining() + " octets behind the last property");
    }
    return properties;
  }

  public byte[] encode() {
    WireWriter out = new WireWriter(128);
    int flags =
        flag(contentType, CONTENT_TYPE)
            | flag(contentEncoding, CONTENT_ENCODING)
            | flag(headers, HEADERS)
            | flag(deliveryMode, DELIVERY_MODE)
            | flag(priority, PRIORITY)
            | flag(correlationId, CORRELATION_ID)
            | flag(replyTo, REPLY_TO)
            | flag(expiration, EXPIRATION)
            | flag(messageId, MESSAGE_ID)
            | flag(timestamp, TIMESTAMP)
            | flag(type, TYPE)
            | flag(userId, USER_ID)
            | flag(appId, APP_ID)
            | flag(clusterId, CLUSTER_ID);
    out.shortInt(flags);
    text(out, contentType);
    text(out, contentEncoding);
    if (headers != null) {
      FieldCodec.writeTable(out, headers);
    }
    if (deliveryMode != null) {
      out.octet(deliveryMode);
    }
    if (priority != null) {
      out.octet(priority);
    }
    text(out, correlationId);
    text(out, replyTo);
    text(out, expiration);
    text(out, messageId);
    if (timestamp != null) {
      out.longLong(timestamp);
    }
    text(out, type);
    text(out, userId);
    text(out, appId);
    text(out, clusterId);
    return out.toBytes();
  }

  public BasicProperties withHeaders(@Nullable FieldTable changed) {
    return new BasicProperties(
        contentType,
        contentEncoding,
        changed,
        deliveryMode,
        priority,
        correlationId,
        replyTo,
        expiration,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        clusterId);
  }

  public BasicProperties withReplyTo(String changed) {
    return new BasicProperties(
        contentType,
        contentEncoding,
        headers,
        deliveryMode,
        priority,
        correlationId,
        changed,
        expiration,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        clusterId);
  }

  public BasicProperties withExpiration(@Nullable String changed) {
    return new BasicProperties(
        contentType,
        contentEncoding,
        headers,
        deliveryMode,
        priority,
        correlationId,
        replyTo,
        changed,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        clusterId);
  }

  private static int flag(@Nullable Object value, int flag) {
    return value == null ? 0 : flag;
  }

  private static void text(WireWriter out, @Nullable String value) {
    if (value != null) {
      out.shortString(value);
    }
  }
}

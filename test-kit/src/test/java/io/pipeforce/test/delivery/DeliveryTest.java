package io.pipeforce.test.delivery;

import io.pipeforce.test.internal.TestBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** What all tests of the suite have in common: a stage of their own on a broker. */
abstract class DeliveryTest {
  @Parameter TestBroker broker;

  Stage stage;

  @BeforeEach
  void setTheStage() throws Exception {
    stage = new Stage(broker);
  }

  @AfterEach
  void clearTheStage() throws Exception {
    stage.close();
  }
}

package io.pipeforce.hub.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The images that the contract of a platform runs. */
public final class ContractImages {
  /** Ends within a second when it is told to; most scripts are in it. */
  static final String SAMPLE = "sample";

  /** Its jobs may take a second. */
  static final String BRIEF = "brief";

  /** May take 100 MiB of memory. */
  static final String SMALL = "small";

  private static final String SERVE = "exec java -cp . " + SampleServer.class.getName() + "\n";
  private static final String STAY = "echo staying; exec sleep 600\n";
  private static final String GREEDY =
      SERVE.replace("java ", "java -Xmx300m -Xms300m -XX:+AlwaysPreTouch ");

  private ContractImages() {}

  /**
   * All of them by their short names, to be kept or pushed.
   *
   * @param layout the store in which they are made
   */
  public static Map<String, SampleImage> in(Path layout) throws IOException {
    return Map.of(
        SAMPLE,
        SampleImage.in(layout)
            .label("health-port", "8090")
            .label("max-duration", "PT1S")
            .script("hello.sh", "echo \"hello $1 of $PIPEFORCE_SERVICE\"\n")
            .script("fail.sh", "echo something is wrong; exit 3\n")
            .script("stay.sh", STAY)
            .script("stubborn.sh", "trap 'echo no' TERM; echo here; while :; do sleep 0.1; done\n")
            .script("note.sh", "echo more >> data/notes; " + SERVE)
            .script("temp.sh", "file=$(mktemp) && rm $file && " + SERVE)
            .script(
                "talk.sh",
                "i=0; while [ $i -lt $1 ]; do i=$((i+1));"
                    + " echo \"line $i of this long talk, which never seems to come to an end\"; done;"
                    + " exec sleep 600\n")
            .script("much.sh", "head -c 104857600 /dev/zero | tr '\\0' 'x'; echo; echo the end\n"),
        BRIEF,
        SampleImage.in(layout).label("max-job-duration", "PT1S").script("stay.sh", STAY),
        SMALL,
        SampleImage.in(layout)
            .label("memory", Integer.toString(100 << 20))
            .label("health-port", "8090")
            .script("greedy.sh", GREEDY));
  }
}

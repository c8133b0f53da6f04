import java.io.FileWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;

/** Logs what a lock does, one JSON line for each event. See ../history-format.md. */
public final class FencepostLog {
    private final String who;
    private final PrintWriter file;

    public FencepostLog(String path, String who) throws IOException {
        this.who = quoted(who);
        this.file = new PrintWriter(new FileWriter(path, true));
    }

    /** A token of 0 stands for none. */
    public synchronized void log(String op, String lock, long token) {
        Instant now = Instant.now();
        long t = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        String end = token > 0 ? ", \"token\": " + token + "}" : "}";
        file.println("{\"t\": " + t + ", \"who\": " + who + ", \"lock\": " + quoted(lock) + ", \"op\": " + quoted(op) + end);
        file.flush();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + '"';
    }
}

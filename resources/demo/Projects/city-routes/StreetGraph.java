package org.example.routes;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Junctions connected by streets. Streets may be one-way; both directions are then two entries. */
public final class StreetGraph {

    /** A street as seen from one of its ends. {@code climbMetres} is negative downhill. */
    public record Street(String name, String to, double lengthMetres, double climbMetres) {
        public Street {
            if (lengthMetres <= 0) {
                throw new IllegalArgumentException("street '" + name + "' has no length");
            }
        }
    }

    private final Map<String, List<Street>> streetsFrom = new HashMap<>();

    public void addStreet(String from, Street street) {
        streetsFrom.computeIfAbsent(from, junction -> new ArrayList<>()).add(street);
        streetsFrom.computeIfAbsent(street.to(), junction -> new ArrayList<>());
    }

    public void addTwoWayStreet(String from, Street street) {
        addStreet(from, street);
        addStreet(street.to(), new Street(street.name(), from, street.lengthMetres(), -street.climbMetres()));
    }

    public List<Street> streetsFrom(String junction) {
        return Collections.unmodifiableList(streetsFrom.getOrDefault(junction, List.of()));
    }

    public boolean hasJunction(String junction) {
        return streetsFrom.containsKey(junction);
    }

    public int junctionCount() {
        return streetsFrom.size();
    }

    /**
     * Reads lines of {@code from;to;name;length;climb;oneway}. Lines that start with # are comments.
     *
     * @throws IOException if the file cannot be read or a line has too few fields
     */
    public static StreetGraph readStreetMap(Path file) throws IOException {
        StreetGraph graph = new StreetGraph();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int lineNumber = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lineNumber++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] fields = line.split(";");
                if (fields.length < 6) {
                    throw new IOException(file + ":" + lineNumber + ": expected six fields");
                }
                Street street = new Street(
                        fields[2], fields[1], Double.parseDouble(fields[3]), Double.parseDouble(fields[4]));
                if (Boolean.parseBoolean(fields[5])) {
                    graph.addStreet(fields[0], street);
                } else {
                    graph.addTwoWayStreet(fields[0], street);
                }
            }
        }
        return graph;
    }
}

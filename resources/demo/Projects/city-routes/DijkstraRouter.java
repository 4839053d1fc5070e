package org.example.routes;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.ToDoubleFunction;

/** Finds the quickest way between two junctions (Dijkstra's algorithm with a binary heap). */
public final class DijkstraRouter {

    public record Route(List<String> junctions, double seconds) {}

    private record Frontier(String junction, double seconds) implements Comparable<Frontier> {
        @Override
        public int compareTo(Frontier other) {
            return Double.compare(seconds, other.seconds);
        }
    }

    private final StreetGraph graph;
    private final ToDoubleFunction<StreetGraph.Street> secondsFor;

    public DijkstraRouter(StreetGraph graph, ToDoubleFunction<StreetGraph.Street> secondsFor) {
        this.graph = graph;
        this.secondsFor = secondsFor;
    }

    /** The quickest route, or empty when no street leads there. */
    public Optional<Route> findQuickestRoute(String start, String destination) {
        requireJunction(start);
        requireJunction(destination);
        Map<String, Double> best = new HashMap<>(Map.of(start, 0.0));
        Map<String, String> cameFrom = new HashMap<>();
        PriorityQueue<Frontier> frontier = new PriorityQueue<>();
        frontier.add(new Frontier(start, 0.0));

        while (!frontier.isEmpty()) {
            Frontier here = frontier.poll();
            if (here.junction().equals(destination)) {
                return Optional.of(new Route(tracePathBack(cameFrom, destination), here.seconds()));
            }
            // The heap cannot lower a priority, so outdated entries stay in it and are passed over here.
            if (here.seconds() > best.get(here.junction())) {
                continue;
            }
            for (StreetGraph.Street street : graph.streetsFrom(here.junction())) {
                double arrival = here.seconds() + secondsFor.applyAsDouble(street);
                if (arrival < best.getOrDefault(street.to(), Double.POSITIVE_INFINITY)) {
                    best.put(street.to(), arrival);
                    cameFrom.put(street.to(), here.junction());
                    frontier.add(new Frontier(street.to(), arrival));
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> tracePathBack(Map<String, String> cameFrom, String destination) {
        Deque<String> path = new ArrayDeque<>();
        for (String junction = destination; junction != null; junction = cameFrom.get(junction)) {
            path.addFirst(junction);
        }
        return List.copyOf(path);
    }

    private void requireJunction(String junction) {
        if (!graph.hasJunction(junction)) {
            throw new IllegalArgumentException("no junction is called '" + junction + "'");
        }
    }
}

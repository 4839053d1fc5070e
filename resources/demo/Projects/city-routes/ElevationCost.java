package org.example.routes;

import java.util.function.ToDoubleFunction;

/** Riding time of a street for one rider. Uphill is slow; downhill is quick, up to where it gets scary. */
public final class ElevationCost implements ToDoubleFunction<StreetGraph.Street> {

    private static final double GRAVITY = 9.81;
    private static final double WALKING_SPEED = 1.2;

    private final double riderWatts;
    private final double totalKilograms;
    private final double flatSpeed;
    private final double bravestSpeed;

    public ElevationCost(double riderWatts, double totalKilograms, double flatSpeed, double bravestSpeed) {
        this.riderWatts = riderWatts;
        this.totalKilograms = totalKilograms;
        this.flatSpeed = flatSpeed;
        this.bravestSpeed = bravestSpeed;
    }

    /** A commuter with a bag: 120 watts, 95 kg with bicycle, 19 km/h on the flat, never above 36 km/h. */
    public static ElevationCost forCommuter() {
        return new ElevationCost(120, 95, 5.3, 10);
    }

    @Override
    public double applyAsDouble(StreetGraph.Street street) {
        return street.lengthMetres() / ridingSpeed(street.climbMetres() / street.lengthMetres());
    }

    /** Metres per second on a slope (0.05 is five per cent). Below walking pace the rider gets off and pushes. */
    double ridingSpeed(double slope) {
        if (slope <= 0) {
            return Math.min(bravestSpeed, flatSpeed * (1 - 8 * slope));
        }
        double climbingForce = totalKilograms * GRAVITY * slope;
        double resistance = riderWatts / flatSpeed;
        return Math.max(WALKING_SPEED, riderWatts / (resistance + climbingForce));
    }
}

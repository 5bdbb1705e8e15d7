const lane_colours = 6;

// The class that gives a system its colour, by its place among the order's lanes.
export const lane_class = (lane: number): string =>
    `lane-${(((lane % lane_colours) + lane_colours) % lane_colours) + 1}`;

// Drawn signs; they take the colour of the text around them and say nothing to a screen reader.

export const TrailIcon = () => (
    <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <path
            d="M4 15h4a2.5 2.5 0 0 0 2.5-2.5v-5A2.5 2.5 0 0 1 13 5h3"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
        />
        <circle cx="4" cy="15" r="2.5" fill="currentColor" />
        <circle cx="16" cy="5" r="2.5" fill="currentColor" />
    </svg>
);

export const MoonIcon = () => (
    <svg class="icon" viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
        <path d="M16 12.5A7 7 0 0 1 7.5 4a7 7 0 1 0 8.5 8.5z" fill="currentColor" />
    </svg>
);

export const SunIcon = () => (
    <svg class="icon" viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
        <circle cx="10" cy="10" r="3.6" fill="currentColor" />
        <path
            d="M10 1.8v2.4M10 15.8v2.4M1.8 10h2.4M15.8 10h2.4M4.2 4.2l1.7 1.7M14.1 14.1l1.7 1.7M4.2 15.8l1.7-1.7M14.1 5.9l1.7-1.7"
            stroke="currentColor"
            stroke-width="1.6"
            stroke-linecap="round"
        />
    </svg>
);

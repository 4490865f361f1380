import { shallowRef } from 'vue';

/** What the page in view is about: shown in the head of a phone and in the window's title. */
export const pageTitle = shallowRef('');

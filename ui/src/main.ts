import { createApp } from 'vue';
import App from './App.vue';
import './tian.css';
import { toast } from './toast';
import { t } from './words';

createApp(App).mount('#app');

/* A new version waits until the person takes it: a form is never torn down under their hands. */
async function keepShell(): Promise<void> {
  const worker = await navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`);
  const offer = (): void => {
    if (!worker.waiting || !navigator.serviceWorker.controller) return;
    toast(t('app.new_version'), t('app.take'), () => worker.waiting?.postMessage('take'), true);
  };
  offer();
  worker.addEventListener('updatefound', () => worker.installing?.addEventListener('statechange', offer));
  const controlled = !!navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener('controllerchange', () => { if (controlled) location.reload(); });
}
if (import.meta.env.PROD && 'serviceWorker' in navigator) void keepShell().catch(() => { /* works without, only not offline */ });

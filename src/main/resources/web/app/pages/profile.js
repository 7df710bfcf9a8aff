/** The profile: the account, what the agents know of the user, and the user's data. */
import {html} from 'lit';
import {PageElement} from '../core/element.js';
import {t} from '../core/texts.js';
import '../parts/account.js';
import '../parts/hiring.js';
import '../parts/my-data.js';
import '../parts/preferences.js';
import '../parts/skills.js';
import '../parts/trainings.js';

class Profile extends PageElement {
  render() {
    return html`<div class="page">
      <header><h1>${t('page.profile')}</h1></header>
      <div class="columns even">
        <div>
          <parley-account></parley-account>
          <parley-password></parley-password>
          <parley-hiring></parley-hiring>
        </div>
        <div>
          <parley-preferences></parley-preferences>
          <parley-skills></parley-skills>
          <parley-trainings></parley-trainings>
          <parley-my-data></parley-my-data>
        </div>
      </div>
    </div>`;
  }
}

customElements.define('parley-profile', Profile);
